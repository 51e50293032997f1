//! The machine on which figures were measured, in one line, with how busy it was.

use std::fs::read_to_string;

/// `linux x86_64, 2 x Some CPU, 24 GB, load 0.31`.
pub fn described() -> String {
    let (system, kind) = (std::env::consts::OS, std::env::consts::ARCH);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = kilobytes("/proc/meminfo", "MemTotal").map_or(0, |kb| kb.div_ceil(1_000_000));
    format!("{system} {kind}, {cores} x {cpu}, {memory} GB, load {}", load())
}

/// The most memory that this process ever had resident, in bytes; none where the system does not tell.
pub fn peak_resident() -> Option<u64> {
    Some(kilobytes("/proc/self/status", "VmHWM")? * 1_024)
}

/// Average number of programs that wanted a core within the last minute.
fn load() -> String {
    let text = read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}

fn kilobytes(file: &str, name: &str) -> Option<u64> {
    field(file, name)?.split_whitespace().next()?.parse().ok()
}

/// The value of the first line `name : value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_start_matches([' ', '\t', ':']).trim().to_owned())
}

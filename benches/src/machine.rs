//! The machine on which figures were measured, in one line, with how busy it was.

use std::fs::read_to_string;
use std::time::Duration;

/// The kernel counts time for programs in hundredths of a second (`USER_HZ`).
const TICK_MS: u64 = 10;

/// `linux x86_64, 2 x Some CPU, 24 GB, load 0.31`.
pub fn described() -> String {
    let (system, kind) = (std::env::consts::OS, std::env::consts::ARCH);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = kilobytes("/proc/meminfo", "MemTotal").map_or(0, |kb| kb.div_ceil(1_000_000));
    format!("{system} {kind}, {cores} x {cpu}, {memory} GB, load {}", load())
}

/// What a process used since it began.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// The most memory that it ever had resident.
    pub peak_megabytes: f64,
    /// Time on any core, for itself and in the kernel for it.
    pub processor: Duration,
}

/// What a process used; none where the system does not tell.
pub fn used(process: u32) -> Option<Used> {
    let kilobytes = kilobytes(&format!("/proc/{process}/status"), "VmHWM")?;
    let stat = read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in brackets, may hold blanks; what follows it does not (proc_pid_stat(5)).
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let processor = Duration::from_millis((ticks()? + ticks()?) * TICK_MS);
    Some(Used { peak_megabytes: f64::from(u32::try_from(kilobytes).ok()?) * 1.024 / 1_000.0, processor })
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

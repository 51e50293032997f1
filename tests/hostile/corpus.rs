//! Every case that the fuzzer has kept (`fuzz/corpus`), gone through by the same checks: nothing panics, nothing is
//! spoilt, nothing allocates without bound.

use crate::{alone, peak};
use std::fs;
use std::path::{Path, PathBuf};
use testkit::strange::TARGETS;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus");
/// The most that a check may hold at once. It reads what it wrote, and keeps several copies of a document.
const BOUND: usize = 32 * 1024 * 1024;
/// What is kept must stay small enough to be kept: cases of a target, and bytes of all.
const CASES: usize = 40;
const BYTES: u64 = 200_000;

fn cases(target: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(Path::new(CORPUS).join(target)).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn no_case_that_was_ever_found_breaks_its_check() {
    let _alone = alone();
    // The library may panic behind the guard; telling where takes more memory than any check.
    std::panic::set_hook(Box::new(|_| {}));
    let broken: Vec<_> = TARGETS.into_iter().flat_map(|(target, check)| broken(target, check)).collect();
    drop(std::panic::take_hook());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// What is wrong with a target's cases.
fn broken(target: &str, check: fn(&[u8])) -> Vec<String> {
    let cases = cases(target);
    let none = cases.is_empty().then(|| format!("{target} has no cases"));
    let wrong = cases.into_iter().filter_map(|case| {
        let bytes = fs::read(&case).unwrap();
        let (ran, held) = peak(|| std::panic::catch_unwind(|| check(&bytes)));
        let what = match (ran, held) {
            (Err(_), _) => "breaks it".to_owned(),
            (Ok(()), BOUND..) => format!("makes it hold {held} bytes"),
            (Ok(()), _) => return None,
        };
        Some(format!("{target}: {} {what}", case.display()))
    });
    none.into_iter().chain(wrong).collect()
}

#[test]
fn the_cases_are_few_and_every_folder_of_them_has_a_target() {
    let folders = fs::read_dir(CORPUS).unwrap().map(|folder| folder.unwrap().file_name());
    for folder in folders {
        assert!(TARGETS.iter().any(|(target, _)| folder == *target), "{folder:?} has no target");
    }
    let kept = TARGETS.map(|(target, _)| cases(target));
    assert!(kept.iter().all(|cases| cases.len() <= CASES));
    let bytes: u64 = kept.iter().flatten().map(|file| file.metadata().unwrap().len()).sum();
    assert!(bytes <= BYTES, "{bytes} bytes");
}

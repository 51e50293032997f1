//! What every target does: it runs a check of `testkit::strange`. Checks belong there, where the tests of the gate find
//! them too.

/// Panics that are caught are answers, as they are in the server; libFuzzer would end the program at each. One that is
/// not caught still ends it.
pub fn take_panics_as_answers() {
    std::panic::set_hook(Box::new(|panic| {
        if std::env::var_os("ROUNDS_FUZZ_PANICS").is_some() {
            eprintln!("{panic}");
        }
    }));
}

/// The target of this name.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        ::libfuzzer_sys::fuzz_target!(
            init: $crate::take_panics_as_answers(),
            |bytes: &[u8]| testkit::strange::check($name, bytes)
        );
    };
}

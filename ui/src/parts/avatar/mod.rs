//! Avatars: a person's initials.

use leptos::prelude::*;

/// The initials of a name, without its titles.
pub fn initials(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().filter(|word| !is_title(word)).collect();
    let ends = [words.first(), words.last().filter(|_| words.len() > 1)];
    ends.into_iter().flatten().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

fn is_title(word: &str) -> bool {
    matches!(
        word.trim_end_matches('.').to_ascii_lowercase().as_str(),
        "dr" | "prof" | "pd" | "mr" | "ms" | "mrs" | "med"
    )
}

/// A round with initials; the name stands beside it or labels the control around it.
#[component]
pub fn Avatar(#[prop(into)] name: Signal<String>) -> impl IntoView {
    view! { <span class="avatar" aria-hidden="true">{move || name.with(|name| initials(name))}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_leave_titles_out() {
        assert_eq!(initials("Prof. Dr. Mara Lindqvist"), "ML");
        assert_eq!(initials("Anna Maria Berg"), "AB");
        assert_eq!(initials("Örjan"), "Ö");
        assert_eq!(initials(""), "");
    }
}

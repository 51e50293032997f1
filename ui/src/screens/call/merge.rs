//! Two hands on one text: what the user types and what another device wrote meanwhile both stay.

/// `mine` was typed on `base`, and the device meanwhile says `theirs`: the text that has both changes. Where both
/// changed the same words, theirs stand and what was typed follows on a line of its own.
pub fn rebase(base: &str, mine: &str, theirs: &str) -> String {
    let (base, mine, theirs): (Vec<char>, Vec<char>, Vec<char>) =
        (base.chars().collect(), mine.chars().collect(), theirs.chars().collect());
    if mine == base || mine == theirs {
        return theirs.iter().collect();
    }
    if theirs == base {
        return mine.iter().collect();
    }
    let (own, other) = (Change::between(&base, &mine), Change::between(&base, &theirs));
    if own.until <= other.from {
        join(&base, &own, &other)
    } else if other.until <= own.from {
        join(&base, &other, &own)
    } else {
        theirs.iter().chain(&['\n']).chain(own.put).collect()
    }
}

/// A stretch of a text that was replaced.
struct Change<'a> {
    from: usize,
    until: usize,
    put: &'a [char],
}

impl<'a> Change<'a> {
    fn between(old: &[char], new: &'a [char]) -> Self {
        let shorter = old.len().min(new.len());
        let from = (0..shorter).take_while(|at| old[*at] == new[*at]).count();
        let tail =
            (1..=shorter - from).take_while(|back| old[old.len() - back] == new[new.len() - back]).count();
        Self { from, until: old.len() - tail, put: &new[from..new.len() - tail] }
    }
}

fn join(base: &[char], first: &Change<'_>, second: &Change<'_>) -> String {
    let parts =
        [&base[..first.from], first.put, &base[first.until..second.from], second.put, &base[second.until..]];
    parts.concat().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_else_touched_is_what_was_typed() {
        assert_eq!(rebase("Wants data", "Wants data soon", "Wants data"), "Wants data soon");
        assert_eq!(rebase("Wants data", "Wants data", "Wants renal data"), "Wants renal data");
    }

    #[test]
    fn changes_in_two_places_both_stay() {
        assert_eq!(
            rebase("Wants data.", "Wants data. Call back.", "Wants renal data."),
            "Wants renal data. Call back."
        );
        assert_eq!(rebase("ab", "xab", "aby"), "xaby");
        assert_eq!(rebase("", "mine", "theirs"), "minetheirs");
    }

    #[test]
    fn changes_of_the_same_words_lose_neither() {
        let merged = rebase("He was cold", "He was warm", "He was hot");
        assert!(merged.contains("hot") && merged.contains("warm"), "{merged}");
    }

    #[test]
    fn letters_of_several_bytes_are_no_trouble() {
        assert_eq!(rebase("Grüße", "Grüße an Jürgen", "Schöne Grüße"), "Schöne Grüße an Jürgen");
    }
}

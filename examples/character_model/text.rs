//! A text as numbers, the places where it is read at a time, and how far it can be foretold without a model.

/// The kinds of characters of a text, in order, and each of its characters as the number of its kind.
pub(crate) struct Text {
    pub(crate) kinds: Vec<char>,
    pub(crate) ids: Vec<usize>,
}

impl Text {
    pub(crate) fn of(text: &str) -> Text {
        let mut kinds: Vec<char> = text.chars().collect();
        kinds.sort_unstable();
        kinds.dedup();
        let id = |kind| kinds.binary_search(&kind).expect("it is of the text");
        let ids = text.chars().map(id).collect();
        Text { kinds, ids }
    }

    /// Bits a character where all kinds are thought to be as likely.
    pub(crate) fn uniform(&self) -> f64 {
        (self.kinds.len() as f64).log2()
    }

    /// Bits a character where each kind is thought to be as likely as it is frequent in the text: the entropy of one character.
    pub(crate) fn entropy(&self) -> f64 {
        let mut counts = vec![0.0; self.kinds.len()];
        self.ids.iter().for_each(|id| counts[*id] += 1.0);
        let shares = counts.iter().map(|count| count / self.ids.len() as f64);
        shares.map(|share| -share * share.log2()).sum()
    }

    pub(crate) fn written(&self, ids: &[usize]) -> String {
        ids.iter().map(|id| self.kinds[*id]).collect()
    }
}

/// Windows of characters and of the ones after them, read in several places at a time: character after character, and of each
/// character place after place. A window goes on where the one before it has stopped.
pub(crate) fn windows(ids: &[usize], places: usize, window: usize) -> Vec<[Vec<usize>; 2]> {
    let each = (ids.len() - 1) / places;
    let of = |start: usize, later: usize| {
        let characters = (start..each.min(start + window)).flat_map(move |at| {
            let place = move |place: usize| ids[place * each + at + later];
            (0..places).map(place)
        });
        characters.collect()
    };
    let starts = (0..each).step_by(window);
    starts.map(|start| [of(start, 0), of(start, 1)]).collect()
}

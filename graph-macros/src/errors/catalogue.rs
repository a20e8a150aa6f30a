//! The form in which messages are written down: a table for each stage, with one row a message.
//!
//! A row is `Name { fields } = "text with {fields}";`, where a field without a type is a piece of the user's program. What has
//! to be worked out stands behind the text, as for `write!`; where words are chosen, a row is a `match` with one text a case.
//!
//! Invariant: a message says what was found and what to write instead, in one sentence; a test finds each text in `tests/ui`.

macro_rules! messages {
    ($(#[$about:meta])* pub enum $stage:ident { $(
        $(#[$doc:meta])*
        $row:ident $({ $($field:ident $(: $type:ty)?),* })?
            $(= match ($($on:expr),+) { $($case:pat => $each:literal $(, $of_case:expr)*;)+ })?
            $(= $text:literal $(, $word:expr)*)?;
    )+ }) => {
        $(#[$about])*
        pub enum $stage<'a> {
            $($(#[$doc])* $row $({ $($field: field!($($type)?)),* })?,)+
        }

        impl std::fmt::Display for $stage<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                match self {
                    $(Self::$row $({ $($field),* })? => {
                        $(write!(f, $text $(, $word)*))?
                        $(match ($($on),+) { $($case => write!(f, $each $(, $of_case)*),)+ })?
                    })+
                }
            }
        }

        impl $stage<'_> {
            /// The texts with their fields, for the test that finds a case for each.
            #[cfg(test)]
            pub const TEXTS: &'static [&'static str] = &[$($($text,)? $($($each,)+)?)+];
        }
    };
}

macro_rules! field {
    () => { &'a str };
    ($type:ty) => { $type };
}

/// What was found instead of what was expected.
pub fn quoted(found: Option<&str>) -> String {
    found.map_or_else(|| "the end".to_owned(), |token| format!("`{token}`"))
}

/// How many arguments.
pub fn count(arguments: usize) -> String {
    counted(arguments, "argument")
}

/// So many of these.
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// How many axes a value has.
pub fn axes(own: usize) -> String {
    match own {
        0 => "a number".to_owned(),
        1 => "1 axis".to_owned(),
        own => format!("{own} axes"),
    }
}

/// `is 1`, `are 2`.
pub fn is_or_are(count: usize) -> String {
    format!("{} {count}", if count == 1 { "is" } else { "are" })
}

/// `a`, `b` and `c`, each in quotes.
pub fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Names each of which needs the next, and the last the first.
pub fn chain(names: &[String]) -> String {
    let mut text: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    text.push(format!("`{}`", names[0]));
    text.join(" needs ")
}

/// A name without the quotes that it has in a message.
pub fn bare(name: &str) -> &str {
    name.trim_matches('`')
}

//! What credentials exclude, where no type has seen to it.

use crate::draft::Draft;
use crate::error::{Field, Problem, Reason};
use crate::excluded::Excluded;

impl Draft {
    /// What the builder's types make impossible, and data can say.
    pub(super) fn check_credentials_with(&self, excluded: Excluded, problems: &mut Vec<Problem>) {
        let (is_chosen, field, text) = match excluded {
            Excluded::AnyOrigin => (self.any_origin, Field::Origins, "*"),
            Excluded::NullOrigin => (self.null_origin, Field::NullOrigin, "null"),
            Excluded::AnyMethod => (self.any_method, Field::Methods, "*"),
            Excluded::AnyHeader => (self.any_header, Field::Headers, "*"),
            Excluded::AnyExposedHeader => (self.expose_any, Field::ExposedHeaders, "*"),
        };
        if is_chosen && self.credentials {
            let reason = Reason::WithCredentials(excluded);
            problems.push(Problem::new(field, None, text, reason, excluded.fix()));
        }
    }
}

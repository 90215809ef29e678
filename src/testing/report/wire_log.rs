//! The list of what went over the wire, at the end of a message.

use std::fmt;

use crate::testing::fetch::exchange::Exchange;

pub(crate) fn show_exchanges(f: &mut fmt::Formatter<'_>, exchanges: &[Exchange]) -> fmt::Result {
    if exchanges.is_empty() {
        return write!(f, "\n\n  nothing went over the wire");
    }
    write!(f, "\n\n  what went over the wire")?;
    for (number, exchange) in (1..).zip(exchanges) {
        let text = exchange.to_string().replace('\n', "\n       ");
        write!(f, "\n  {number:>3}. {text}")?;
    }
    Ok(())
}

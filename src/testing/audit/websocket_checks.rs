//! Checks whether a page of an unknown origin can open a WebSocket.

use http::StatusCode;

use super::fault::{Fault, Severity};
use super::probe::Reply;
use super::report::Report;

/// Browsers open a WebSocket whatever the CORS headers say. Only the server can refuse an origin.
pub(super) fn check_handshake_of_stranger(reply: &Reply, report: &mut Report, path: &str) {
    if reply.status == StatusCode::SWITCHING_PROTOCOLS {
        report.find(
            Fault::CrossSiteWebSocket,
            Severity::High,
            path,
            reply.evidence(),
        );
    } else if reply.status == StatusCode::UPGRADE_REQUIRED {
        report.skip(format!(
            "{path}: whether any site can open this WebSocket, because its handler needs a real \
             connection (426); .reject_disallowed_origins() refuses the others before the handler runs"
        ));
    }
}

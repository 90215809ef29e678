//! Has a page send a request, and leave if it is a navigation. Nobody waits for the answer: the server's log has it.

use serde_json::json;

use super::cases::{Case, Place, Way};
use crate::session::Session;

pub(super) async fn send(session: &Session, case: &Case, url: &str) -> Result<(), String> {
    const SEND: &str = r#"
        const [request, isSandboxed, done] = arguments;
        function send({ by, url, method, type, body }) {
          if (by === "form") {
            const form = document.createElement("form");
            Object.assign(form, { method, action: url, enctype: type });
            const input = document.createElement("input");
            Object.assign(input, { type: "hidden", name: "amount", value: "1000" });
            form.append(input);
            document.body.append(form);
            form.submit();
          } else if (by === "link") {
            const link = document.createElement("a");
            link.href = url;
            document.body.append(link);
            link.click();
          } else if (by === "beacon") {
            navigator.sendBeacon(url, new Blob([body], { type }));
          } else if (by === "socket") {
            new WebSocket(url.replace("http", "ws"));
          } else {
            const headers = type ? { "content-type": type } : {};
            fetch(url, { method, headers, body, mode: by, credentials: "include" }).catch(() => {});
          }
        }
        // The driver gets its answer before the page goes.
        setTimeout(() => {
          if (!isSandboxed) {
            send(request);
            return;
          }
          const frame = document.createElement("iframe");
          frame.sandbox = "allow-scripts allow-forms";
          frame.srcdoc = `<body><script>${send}\nsend(${JSON.stringify(request)})</` + "script>";
          document.body.append(frame);
        }, 20);
        done();
    "#;
    let by = match case.way {
        Way::Form => "form",
        Way::Link => "link",
        Way::Fetch(_) | Way::FetchJson => "cors",
        Way::NoCors(_) => "no-cors",
        Way::Beacon => "beacon",
        Way::WebSocket => "socket",
    };
    let request = json!({
        "by": by,
        "url": url,
        "method": case.way.method(),
        "type": case.way.content_type(),
        "body": case.way.body(),
    });
    let is_sandboxed = matches!(case.page, Place::Sandbox);
    session.run(SEND, vec![request, json!(is_sandboxed)]).await.map(drop)
}

//! Requests from public reports.

use super::*;

/// Origins and header lists as people report them, each with what the builder's fix adds. It is applied as written.
#[test]
fn of_requests_from_public_reports() {
    let any_header = || config(|config| config.headers = words(&["*"]));
    let rows: Vec<(&str, CorsConfig, Request<()>, &str)> = vec![
        (
            "Capacitor on iOS",
            plain(),
            get("capacitor://localhost"),
            ".allow_origins([\"capacitor://localhost\"])",
        ),
        (
            "Ionic on iOS",
            plain(),
            get("ionic://localhost"),
            ".allow_origins([\"ionic://localhost\"])",
        ),
        (
            "Capacitor on Android",
            plain(),
            get("https://localhost"),
            ".allow_origins([\"https://localhost\"])",
        ),
        (
            "Capacitor on Android, with credentials",
            credentialed(),
            get("http://localhost"),
            ".allow_origins([\"http://localhost\"])",
        ),
        (
            "Tauri on macOS",
            plain(),
            get("tauri://localhost"),
            ".allow_origins([\"tauri://localhost\"])",
        ),
        (
            "Tauri on Windows",
            plain(),
            get("http://tauri.localhost"),
            ".allow_origins([\"http://tauri.localhost\"])",
        ),
        (
            "Wails",
            plain(),
            get("wails://wails.localhost:34115"),
            ".allow_origins([\"wails://wails.localhost:34115\"])",
        ),
        (
            "Electron",
            plain(),
            get("app://-"),
            ".allow_origins([\"app://-\"])",
        ),
        (
            "Obsidian",
            plain(),
            get("app://obsidian.md"),
            ".allow_origins([\"app://obsidian.md\"])",
        ),
        (
            "Expo",
            plain(),
            get("exp://192.168.1.5:19000"),
            ".allow_origins([\"exp://192.168.1.5:19000\"])",
        ),
        (
            "a web view of VS Code",
            plain(),
            get("vscode-webview://0a1b2c"),
            ".allow_origins([\"vscode-webview://0a1b2c\"])",
        ),
        (
            "an extension of Chrome",
            credentialed(),
            get("chrome-extension://abcdefghijklmnop"),
            ".allow_origins([\"chrome-extension://abcdefghijklmnop\"])",
        ),
        (
            "an extension of Safari",
            plain(),
            get("safari-web-extension://AA-BB"),
            ".allow_origins([\"safari-web-extension://AA-BB\"])",
        ),
        (
            "a container with an underscore",
            plain(),
            get("http://my_service:8080"),
            ".allow_origins([\"http://my_service:8080\"])",
        ),
        (
            "a container, with credentials",
            credentialed(),
            get("http://web:8080"),
            ".allow_origins([\"http://web:8080\"]).dangerously_allow_insecure_origins()",
        ),
        (
            "the host of containers",
            plain(),
            get("http://host.docker.internal:3000"),
            ".allow_origins([\"http://host.docker.internal:3000\"])",
        ),
        (
            "a phone in the local network",
            plain(),
            get("http://192.168.1.20:5173"),
            ".allow_origins([\"http://192.168.1.20:5173\"])",
        ),
        (
            "a tunnel",
            plain(),
            get("https://abc-1.ngrok-free.app"),
            ".allow_origins([\"https://abc-1.ngrok-free.app\"])",
        ),
        (
            "a page of a host in another script",
            plain(),
            get("https://xn--mnchen-3ya.example"),
            ".allow_origins([\"https://xn--mnchen-3ya.example\"])",
        ),
        (
            "what a server listens on",
            plain(),
            get("http://0.0.0.0:8000"),
            ".allow_origins([\"http://0.0.0.0:8000\"])",
        ),
        (
            "a JSON body",
            plain(),
            preflight(APP, "POST", "content-type"),
            ".allow_headers([\"content-type\"])",
        ),
        (
            "jQuery",
            plain(),
            preflight(APP, "POST", "x-requested-with"),
            ".allow_headers([\"x-requested-with\"])",
        ),
        (
            "WebDAV",
            plain(),
            preflight(APP, "PROPFIND", "depth"),
            ".allow_methods([\"PROPFIND\"]).allow_headers([\"depth\"])",
        ),
        (
            "blanks and empty names",
            plain(),
            preflight(APP, "PUT", " content-type ,\tx-a,, "),
            ".allow_methods([\"PUT\"]).allow_headers([\"content-type\", \"x-a\"])",
        ),
        (
            "a token beside the wildcard",
            any_header(),
            preflight(APP, "POST", "x-a,authorization"),
            ".allow_headers([\"authorization\"])",
        ),
        (
            "the header of the response in the request",
            plain(),
            preflight(APP, "POST", "access-control-allow-origin,x-a"),
            ".allow_headers([\"x-a\"])",
        ),
        (
            "user-agent and host",
            plain(),
            preflight(APP, "POST", "user-agent,host"),
            ".allow_headers([\"user-agent\"])",
        ),
        (
            "a final dot",
            credentialed(),
            get("https://app.example.com."),
            ".allow_origins_if(|origin| origin.as_str() == \"https://app.example.com.\")",
        ),
        (
            "a port that is missing",
            config(|config| config.origins = words(&["http://localhost"])),
            get("http://localhost:8080"),
            ".allow_origins([\"http://localhost:8080\"])",
        ),
        (
            "www",
            credentialed(),
            get("https://www.app.example.com"),
            ".allow_origins([\"https://www.app.example.com\"])",
        ),
    ];
    for (name, policy, request, calls) in rows {
        let written = Written::new(Notation::Builder, policy);
        let cors = written.build().unwrap();
        let explanation = cors.policy().explain_request(&request);
        let fix = explanation.fix().unwrap().to_owned();
        assert!(
            fix.ends_with(&format!("add {calls}")),
            "{name}: {explanation}"
        );
        check_one(name, written, &request, &fix);
    }
}

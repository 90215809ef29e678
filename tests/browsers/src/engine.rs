//! The three engines: the programs that they need, and how they are asked for a session.

use std::env;
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

/// The programs of an engine that is installed.
pub(crate) struct Programs {
    pub(crate) browser: PathBuf,
    pub(crate) driver: PathBuf,
    /// An X server, for what has no mode without a window.
    pub(crate) display: Option<PathBuf>,
}

/// A name of the internet that leads to this machine, where an engine has a setting for that: Chromium and Firefox.
pub(crate) const MAPPED_NAME: &str = "evil.example";

impl Engine {
    pub(crate) const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// For paths.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// Finds the programs, or says which is missing and how it is installed.
    pub(crate) fn programs(self) -> Result<Programs, String> {
        let (browsers, driver, display): (&[&str], _, _) = match self {
            Self::Chromium => (&["chromium", "google-chrome"], "chromedriver", None),
            Self::Firefox => (&["firefox-esr", "firefox"], "geckodriver", None),
            Self::Webkit => (&["MiniBrowser"], "WebKitWebDriver", Some("Xvfb")),
        };
        let find = |names: &[&str]| {
            let found = names.iter().find_map(|name| find_program(name));
            found.ok_or_else(|| {
                let names = names.join(" or ");
                let install = self.how_to_install();
                format!("{self} can't run: there is no {names}. On Debian: {install}")
            })
        };
        Ok(Programs {
            browser: find(browsers)?,
            driver: find(&[driver])?,
            display: display.map(|name| find(&[name])).transpose()?,
        })
    }

    fn how_to_install(self) -> &'static str {
        match self {
            Self::Chromium => "apt-get install chromium chromium-driver",
            Self::Firefox => "apt-get install firefox-esr && cargo install geckodriver --locked",
            Self::Webkit => "apt-get install webkit2gtk-driver xvfb",
        }
    }

    /// The option that sets the driver's port.
    pub(crate) fn driver_arguments(self, port: u16) -> Vec<String> {
        match self {
            Self::Chromium | Self::Webkit => vec![format!("--port={port}")],
            Self::Firefox => vec![format!("--port={port}"), "--websocket-port=0".into()],
        }
    }

    /// What a new session is asked for: a fresh profile in the folder, no window, self-signed certificates.
    /// The engine treats a server at `public_port` as one on the internet, if it has a setting for that.
    pub(crate) fn capabilities(self, browser: &Path, folder: &Path, public_port: Option<u16>) -> Value {
        let profile = folder.join("profile");
        let public = public_port.map(|port| format!("127.0.0.1:{port}"));
        let overrides = public.as_ref().map(|public| format!("--ip-address-space-overrides={public}=public"));
        let own = match self {
            Self::Chromium => json!({ "goog:chromeOptions": {
                "binary": browser,
                "args": [
                    overrides.as_deref().unwrap_or("--headless"),
                    "--headless",
                    format!("--host-resolver-rules=MAP {MAPPED_NAME} 127.0.0.1"),
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    format!("--user-data-dir={}", profile.display()),
                ],
                // As Debian's build has it of itself, and Google's doesn't.
                "prefs": { "profile": { "cookie_controls_mode": 1 } },
            }}),
            Self::Firefox => json!({ "moz:firefoxOptions": {
                "binary": browser,
                "args": ["-headless"],
                "prefs": {
                    "network.dns.localDomains": MAPPED_NAME,
                    "network.lna.address_space.public.override": public.unwrap_or_default(),
                },
            }}),
            Self::Webkit => json!({ "webkitgtk:browserOptions": {
                "binary": browser,
                "args": ["--automation"],
            }}),
        };
        let mut capabilities = json!({
            "acceptInsecureCerts": true,
            "pageLoadStrategy": "normal",
            "timeouts": { "script": 60_000, "pageLoad": 60_000 },
        });
        for (name, value) in own.as_object().into_iter().flatten() {
            capabilities[name] = value.clone();
        }
        capabilities
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::Webkit => "WebKit",
        })
    }
}

/// A program in `PATH`, or where cargo, or WebKitGTK, puts its own.
fn find_program(name: &str) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    folders.extend(env::var_os("HOME").map(|home| Path::new(&home).join(".cargo/bin")));
    if name == "MiniBrowser" {
        folders.extend(webkit_folders());
    }
    let candidates = folders.into_iter().map(|folder| folder.join(name));
    candidates.into_iter().find(|path| is_program(path))
}

/// A shell passes over files that can't be run, too.
fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1`, or `/usr/libexec/webkit2gtk-4.1`.
fn webkit_folders() -> Vec<PathBuf> {
    let below = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let mut folders = below(Path::new("/usr/libexec"));
    folders.extend(below(Path::new("/usr/lib")).iter().flat_map(|path| below(path)));
    folders.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("webkit2gtk-") || name.starts_with("webkitgtk-"))
    });
    folders.sort();
    folders.reverse();
    folders
}

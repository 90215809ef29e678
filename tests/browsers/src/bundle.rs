//! The pages' scripts with the clients of the npm registry, in the versions of `package-lock.json`.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use tokio::process::Command;

const FOLDER: &str = env!("CARGO_MANIFEST_DIR");

/// npm's packages, installed beside this program, which is in cargo's target folder.
pub(crate) struct Packages(PathBuf);

impl Packages {
    pub(crate) async fn install() -> Result<Self, String> {
        let folder = install_folder().map_err(|error| format!("no folder for npm's packages: {error}"))?;
        let mut install = Command::new("npm");
        install.args(["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]);
        run(install.current_dir(&folder)).await?;
        Ok(Self(folder.join("node_modules")))
    }

    /// Makes one script of a script below `src` and what it imports.
    pub(crate) async fn bundle(&self, script: &str) -> Result<String, String> {
        let mut bundle = Command::new(self.0.join(".bin/esbuild"));
        bundle.args(["--bundle", "--format=iife", "--log-level=error"]);
        bundle.arg(Path::new(FOLDER).join("src").join(script));
        run(bundle.env("NODE_PATH", &self.0)).await
    }
}

fn install_folder() -> Result<PathBuf, Error> {
    let folder = std::env::current_exe()?.with_file_name("npm");
    std::fs::create_dir_all(&folder)?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(Path::new(FOLDER).join(name), folder.join(name))?;
    }
    Ok(folder)
}

/// Returns what the program prints.
async fn run(command: &mut Command) -> Result<String, String> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let output = command.output().await.map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            format!("the protocols can't run: there is no {program}. On Debian: apt-get install nodejs npm")
        }
        _ => format!("{program} doesn't start: {error}"),
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program} fails, {}:\n{said}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{program} prints no UTF-8: {error}"))
}

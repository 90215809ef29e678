//! A PostgreSQL of its own, in a folder of its own.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::sleep;
use tokio_postgres::{Client, Config, NoTls};

use crate::Failure;

const SCHEMA: &str = include_str!("schema.sql");
const PAUSE: Duration = Duration::from_millis(20);

/// It ends, and its folder is removed, when this is dropped.
pub(crate) struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    /// The user and the group that run it, for root.
    user: Option<(u32, u32)>,
    process: Option<Child>,
}

impl Postgres {
    pub(crate) async fn create() -> Result<Self, Failure> {
        let folder = std::env::temp_dir().join(format!("tower-cors-fleet-{}", std::process::id()));
        std::fs::create_dir(&folder)
            .map_err(|error| format!("can't create {}: {error}", folder.display()))?;
        let mut postgres = Self { folder, programs: find_programs()?, user: None, process: None };
        if id_of("-u", None).await? == 0 {
            let user = (id_of("-u", Some("postgres")).await?, id_of("-g", Some("postgres")).await?);
            std::os::unix::fs::chown(&postgres.folder, Some(user.0), Some(user.1))?;
            postgres.user = Some(user);
        }
        let mut initdb = postgres.command("initdb");
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        let output = initdb.arg("--pgdata").arg(postgres.data()).output().await?;
        if !output.status.success() {
            return Err(format!("initdb failed: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        postgres.start().await?;
        postgres.client().await?.batch_execute(SCHEMA).await?;
        Ok(postgres)
    }

    /// Where its socket is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns when it takes connections.
    pub(crate) async fn start(&mut self) -> Result<(), Failure> {
        let mut command = self.command("postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(&self.folder);
        command.args(["-c", "listen_addresses=", "-c", "fsync=off"]);
        self.process = Some(command.stdin(Stdio::null()).kill_on_drop(true).spawn()?);
        // The time limit of the run ends this.
        while self.client().await.is_err() {
            if let Some(status) = self.process.as_mut().and_then(|process| process.try_wait().transpose()) {
                return Err(format!("PostgreSQL doesn't start: {}", status?).into());
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// Ends all connections, and returns when it has ended.
    pub(crate) async fn stop(&mut self) -> Result<(), Failure> {
        if let Some(mut process) = self.process.take() {
            if let Some(id) = process.id() {
                // "Fast shutdown".
                Command::new("kill").args(["-INT", &id.to_string()]).status().await?;
            }
            process.wait().await?;
        }
        Ok(())
    }

    /// A connection of the owner of all tables.
    pub(crate) async fn client(&self) -> Result<Client, Failure> {
        let mut config = Config::new();
        config.host_path(&self.folder).user("postgres").dbname("postgres");
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = std::process::Command::new(self.programs.join(program));
        command.current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::null());
        // A signal for this program, such as Ctrl-C, is not for the database.
        command.process_group(0);
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command.into()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(id) = self.process.as_ref().and_then(Child::id) {
            // "Immediate shutdown": its own processes end too. Then nothing writes to the folder any more.
            let _ = std::process::Command::new("kill").args(["-QUIT", &id.to_string()]).status();
            let lock = self.data().join("postmaster.pid");
            for _ in 0..100 {
                if !lock.exists() {
                    break;
                }
                std::thread::sleep(PAUSE);
            }
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Debian keeps the programs of each version in a folder of its own, which is not in `PATH`.
fn find_programs() -> Result<PathBuf, Failure> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let of_debian = versions.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = of_debian.chain(std::env::split_paths(&path).collect::<Vec<_>>());
    let found = folders.into_iter().find(|folder| folder.join("initdb").exists());
    found.ok_or_else(|| "initdb of PostgreSQL is missing: apt-get install postgresql".into())
}

async fn id_of(kind: &str, name: Option<&str>) -> Result<u32, Failure> {
    let output = Command::new("id").arg(kind).args(name).output().await?;
    let number = String::from_utf8_lossy(&output.stdout).trim().parse();
    Ok(number.map_err(|_| "the user `postgres` is missing: apt-get install postgresql")?)
}

//! The tenants' origins in `SQLite`.

use std::path::PathBuf;

use rusqlite::{Connection, OpenFlags, Result, params};

/// Each query opens the file again. That is cheap, and it notices at once if the file is gone.
#[derive(Clone)]
pub(crate) struct Database {
    path: PathBuf,
}

impl Database {
    /// Creates the tables if they don't exist.
    pub(crate) fn open(path: PathBuf) -> Result<Self> {
        Connection::open(&path)?.execute_batch(
            "PRAGMA journal_mode = WAL;
             CREATE TABLE IF NOT EXISTS origins (
                 tenant TEXT NOT NULL, origin TEXT NOT NULL, PRIMARY KEY (origin, tenant)
             ) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS revision (number INTEGER NOT NULL);
             INSERT INTO revision SELECT 0 WHERE NOT EXISTS (SELECT * FROM revision);
             CREATE TRIGGER IF NOT EXISTS added AFTER INSERT ON origins
                 BEGIN UPDATE revision SET number = number + 1; END;
             CREATE TRIGGER IF NOT EXISTS removed AFTER DELETE ON origins
                 BEGIN UPDATE revision SET number = number + 1; END;",
        )?;
        Ok(Self { path })
    }

    /// Runs a query on a thread that may block.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        query: impl FnOnce(Connection) -> Result<T> + Send + 'static,
    ) -> Result<T, String> {
        let path = self.path.clone();
        let task = tokio::task::spawn_blocking(move || {
            let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            connection.busy_timeout(std::time::Duration::from_secs(5))?;
            query(connection)
        });
        match task.await {
            Ok(result) => result.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Changes with every change of the origins.
    pub(crate) async fn revision(&self) -> Result<i64, String> {
        self.run(|db| db.query_row("SELECT number FROM revision", [], |row| row.get(0)))
            .await
    }

    pub(crate) async fn origins(&self) -> Result<Vec<String>, String> {
        self.run(|db| {
            let mut query = db.prepare("SELECT DISTINCT origin FROM origins")?;
            query.query_map([], |row| row.get(0))?.collect()
        })
        .await
    }

    pub(crate) async fn has(&self, origin: String) -> Result<bool, String> {
        self.run(move |db| {
            db.prepare("SELECT * FROM origins WHERE origin = ?")?
                .exists([origin])
        })
        .await
    }

    pub(crate) async fn add(&self, tenant: String, origin: String) -> Result<(), String> {
        let insert = "INSERT OR IGNORE INTO origins VALUES (?, ?)";
        self.run(move |db| db.execute(insert, params![tenant, origin]).map(|_| ()))
            .await
    }

    /// Whether it was there.
    pub(crate) async fn remove(&self, tenant: String, origin: String) -> Result<bool, String> {
        let delete = "DELETE FROM origins WHERE tenant = ? AND origin = ?";
        self.run(move |db| Ok(db.execute(delete, params![tenant, origin])? > 0))
            .await
    }
}

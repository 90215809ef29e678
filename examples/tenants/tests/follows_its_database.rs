//! The policy of the tenants' example follows its database, both ways: what is added is allowed, what is
//! removed is denied, and without the database the last good answers hold.

#[path = "../../../tests/running/example.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod example;
#[path = "../../../tests/running/mod.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod running;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use example::{check_bad_ports, check_taken_port};
use http::{Method, Request, StatusCode};
use running::{Running, send};

const BINARY: &str = env!("CARGO_BIN_EXE_tenants-example");
const SHOP: &str = "https://shop.example";
/// Whatever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(20);

struct Tenants {
    _running: Running,
    address: String,
    database: PathBuf,
}

impl Tenants {
    fn start(follow: &str, test: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{follow}"));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let database = folder.join("tenants.db");
        let path = database.to_str().unwrap();
        let settings = [("FOLLOW", follow), ("DATABASE", path), ("TOKEN", "secret")];
        let mut running = Running::start_binary(BINARY.as_ref(), &settings);
        let address = running.line_after("Listening on ");
        Self {
            _running: running,
            address,
            database,
        }
    }

    async fn change(&self, method: Method, origin: &str, token: &str) -> (StatusCode, String) {
        let escaped = origin.replace(':', "%3A").replace('/', "%2F");
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/tenants/shop/origins/{escaped}", self.address))
            .header("authorization", format!("Bearer {token}"));
        let (status, headers, body) = send(request, "").await;
        assert!(
            !headers.contains_key("vary"),
            "the tenants' API has no CORS"
        );
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn allows(&self, origin: &str) -> bool {
        let request = Request::get(format!("{}/items", self.address)).header("origin", origin);
        let (status, headers, _) = send(request, "").await;
        assert_eq!(status, StatusCode::OK, "denied or not, the request goes on");
        headers.contains_key("access-control-allow-origin")
    }

    async fn comes_to_allow(&self, origin: &str, expected: bool) {
        let start = Instant::now();
        while self.allows(origin).await != expected {
            assert!(
                start.elapsed() < PATIENCE,
                "{origin} is never allowed: {expected}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        println!("{origin} allowed: {expected} after {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn what_tenants_change_the_policy_follows() {
    for follow in ["reload", "lookup"] {
        let tenants = Tenants::start(follow, "follows");
        assert!(!tenants.allows(SHOP).await, "{follow}");
        assert_eq!(
            tenants.change(Method::PUT, SHOP, "secret").await.0,
            StatusCode::NO_CONTENT
        );
        tenants.comes_to_allow(SHOP, true).await;
        assert_eq!(
            tenants.change(Method::DELETE, SHOP, "secret").await.0,
            StatusCode::NO_CONTENT
        );
        tenants.comes_to_allow(SHOP, false).await;
        assert_eq!(
            tenants.change(Method::DELETE, SHOP, "secret").await.0,
            StatusCode::NOT_FOUND
        );
    }
}

#[tokio::test]
async fn the_api_refuses_strangers_and_what_the_builder_refuses() {
    let tenants = Tenants::start("reload", "refuses");
    assert_eq!(
        tenants.change(Method::PUT, SHOP, "guess").await.0,
        StatusCode::UNAUTHORIZED
    );
    for (origin, words) in [
        ("https://shop.example/", "has a trailing slash"),
        ("http://shop.example", "credentials"),
        ("https://*.shop.example", "name each origin"),
        ("null", "null"),
    ] {
        let (status, text) = tenants.change(Method::PUT, origin, "secret").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{origin}");
        assert!(text.contains(words), "{origin}: {text}");
    }
}

#[tokio::test]
async fn a_hundred_thousand_origins_are_followed() {
    let tenants = Tenants::start("reload", "many");
    let mut database = rusqlite::Connection::open(&tenants.database).unwrap();
    let transaction = database.transaction().unwrap();
    {
        let mut insert = transaction
            .prepare("INSERT INTO origins VALUES (?, ?)")
            .unwrap();
        for i in 0..100_000 {
            let tenant = format!("tenant-{i}");
            insert
                .execute([&tenant, &format!("https://{tenant}.example")])
                .unwrap();
        }
    }
    transaction.commit().unwrap();
    tenants
        .comes_to_allow("https://tenant-99999.example", true)
        .await;
    assert!(tenants.allows("https://tenant-0.example").await);
    database
        .execute("DELETE FROM origins WHERE tenant = 'tenant-0'", [])
        .unwrap();
    tenants
        .comes_to_allow("https://tenant-0.example", false)
        .await;
    assert!(tenants.allows("https://tenant-1.example").await);
}

#[tokio::test]
async fn without_the_database_the_last_good_answers_hold() {
    for follow in ["reload", "lookup"] {
        let tenants = Tenants::start(follow, "gone");
        tenants.change(Method::PUT, SHOP, "secret").await;
        tenants.comes_to_allow(SHOP, true).await;
        std::fs::remove_file(&tenants.database).unwrap();
        let (status, _) = tenants
            .change(Method::PUT, "https://new.example", "secret")
            .await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{follow}");
        // Longer than the pause between two looks at the database.
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert!(tenants.allows(SHOP).await, "{follow}");
        assert!(!tenants.allows("https://new.example").await, "{follow}");
    }
}

#[test]
fn a_bad_and_a_taken_port_are_clear_errors() {
    check_bad_ports(Path::new(BINARY));
    check_taken_port(Path::new(BINARY));
}

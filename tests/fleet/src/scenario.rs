//! What happens to the database, and what the three servers must do then.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::time::sleep;
use tokio_postgres::Client;

use crate::Failure;
use crate::instance::{STALE, TIME_TO_LIVE};
use crate::postgres::Postgres;
use crate::report::Report;
use crate::server::Server;

const CUSTOMERS: usize = 100;
const CHANGES: usize = 50;
/// Longer than `time_to_live`, and far less than `stale`.
const SHORT_OUTAGE: Duration = Duration::from_secs(5);

fn customer(number: usize) -> String {
    format!("https://customer-{number}.example")
}

pub(crate) async fn play() -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut postgres = Postgres::create().await?;
    let admin = postgres.client().await?;
    for number in 0..CUSTOMERS {
        add(&admin, &customer(number)).await?;
    }
    let folder = postgres.folder().to_owned();
    let roles = ["instance_1", "instance_2", "instance_3"];
    let mut servers = try_join_all(roles.map(|role| Server::start(&folder, role))).await?;
    for server in &servers {
        server.comes_to_allow(&customer(0), true).await?;
    }
    expect_customers(&servers, true, "at the start").await?;

    changes(&servers, &admin, &mut report).await?;
    away(&servers, &admin, &mut report).await?;
    drop(admin);
    short_outage(&servers, &mut postgres, &mut report).await?;
    long_outage(&servers, &mut postgres, &mut report).await?;
    for server in &mut servers {
        eprintln!("{}", server.counts().await?);
    }
    Ok(report)
}

/// An added customer is served, and a removed one is denied, by all three.
async fn changes(servers: &[Server], admin: &Client, report: &mut Report) -> Result<(), Failure> {
    for number in 0..CHANGES {
        let origin = format!("https://new-{number}.example");
        for server in servers {
            expect(!server.allows(&origin).await?, "a stranger is denied")?;
        }
        let start = Instant::now();
        add(admin, &origin).await?;
        all_come_to_allow(servers, &origin, true).await?;
        report.added.push(start.elapsed());
        let start = Instant::now();
        remove(admin, &origin).await?;
        all_come_to_allow(servers, &origin, false).await?;
        report.removed.push(start.elapsed());
    }
    let worst = report.removed.iter().chain(&report.added).max();
    expect(worst.is_some_and(|worst| *worst < TIME_TO_LIVE), "changes come by notification, not by expiry")
}

/// One instance loses its connection, and can't have another one for a while.
async fn away(servers: &[Server], admin: &Client, report: &mut Report) -> Result<(), Failure> {
    let removed = "https://removed-meanwhile.example";
    add(admin, removed).await?;
    all_come_to_allow(servers, removed, true).await?;
    admin.batch_execute("ALTER ROLE instance_3 NOLOGIN").await?;
    admin
        .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'instance_3'", &[])
        .await?;
    remove(admin, removed).await?;
    let (others, third) = (&servers[..2], &servers[2]);
    all_come_to_allow(others, removed, false).await?;
    sleep(Duration::from_secs(1)).await;
    expect(third.allows(removed).await?, "an instance without a connection has not heard of the removal")?;
    for number in 0..CUSTOMERS {
        expect(third.allows(&customer(number)).await?, "it serves the customers it knows")?;
    }
    admin.batch_execute("ALTER ROLE instance_3 LOGIN").await?;
    report.caught_up = third.comes_to_allow(removed, false).await?;
    expect_log(&servers[2..], "an instance that was away").await
}

/// The database is away for less than `stale`.
async fn short_outage(
    servers: &[Server],
    postgres: &mut Postgres,
    report: &mut Report,
) -> Result<(), Failure> {
    renew(servers).await?;
    postgres.stop().await?;
    let start = Instant::now();
    let mut number = 0;
    while start.elapsed() < SHORT_OUTAGE {
        expect_customers(servers, true, "in the outage").await?;
        report.requests_in_outage += servers.len() * CUSTOMERS;
        for server in servers {
            let stranger = format!("https://stranger-{number}.example");
            expect(!server.allows(&stranger).await?, "nobody new gets in")?;
            number += 1;
        }
        sleep(Duration::from_millis(50)).await;
    }
    report.short_outage = start.elapsed();
    postgres.start().await?;
    let start = Instant::now();
    add(&postgres.client().await?, "https://after-the-outage.example").await?;
    all_come_to_allow(servers, "https://after-the-outage.example", true).await?;
    report.recovered = start.elapsed();
    expect_customers(servers, true, "after the outage").await?;
    expect_log(servers, "an outage").await
}

/// The database is away for longer.
async fn long_outage(
    servers: &[Server],
    postgres: &mut Postgres,
    report: &mut Report,
) -> Result<(), Failure> {
    renew(servers).await?;
    postgres.stop().await?;
    let start = Instant::now();
    all_come_to_allow(servers, &customer(0), false).await?;
    report.denied_after = start.elapsed();
    let bound = TIME_TO_LIVE + STALE + Duration::from_secs(1);
    expect(report.denied_after < bound, "a customer is denied after `time_to_live` and `stale`")?;
    sleep(bound.saturating_sub(start.elapsed())).await;
    expect_customers(servers, false, "in the long outage").await?;
    postgres.start().await?;
    let start = Instant::now();
    for number in 0..CUSTOMERS {
        all_come_to_allow(servers, &customer(number), true).await?;
    }
    report.served_again = start.elapsed();
    expect_log(servers, "a long outage").await
}

async fn add(admin: &Client, origin: &str) -> Result<(), Failure> {
    admin.execute("INSERT INTO origins VALUES ($1)", &[&origin]).await?;
    Ok(())
}

async fn remove(admin: &Client, origin: &str) -> Result<(), Failure> {
    admin.execute("DELETE FROM origins WHERE origin = $1", &[&origin]).await?;
    Ok(())
}

async fn all_come_to_allow(servers: &[Server], origin: &str, expected: bool) -> Result<(), Failure> {
    try_join_all(servers.iter().map(|server| server.comes_to_allow(origin, expected))).await?;
    Ok(())
}

/// Lets all answers become due for renewal, and renews them.
async fn renew(servers: &[Server]) -> Result<(), Failure> {
    sleep(TIME_TO_LIVE).await;
    expect_customers(servers, true, "before the outage").await?;
    sleep(Duration::from_millis(300)).await;
    Ok(())
}

async fn expect_customers(servers: &[Server], expected: bool, when: &str) -> Result<(), Failure> {
    let ask = async |server: &Server| {
        for number in 0..CUSTOMERS {
            let is_allowed = server.allows(&customer(number)).await?;
            expect(is_allowed == expected, &format!("{when}, customer {number} is allowed: {expected}"))?;
        }
        Ok::<_, Failure>(())
    };
    try_join_all(servers.iter().map(ask)).await?;
    Ok(())
}

/// The log says once that the database went away, and once that it is back.
async fn expect_log(servers: &[Server], what: &str) -> Result<(), Failure> {
    // The line may still be on its way.
    sleep(Duration::from_millis(100)).await;
    for server in servers {
        let log = server.take_log();
        let says_so = matches!(&*log, [away, back] if away.starts_with("the database is away") && back == "the database is back");
        expect(says_so, &format!("the log has two lines after {what}: {log:?}"))?;
    }
    Ok(())
}

fn expect(holds: bool, what: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(format!("this doesn't hold: {what}").into()) }
}

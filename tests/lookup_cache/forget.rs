//! Answers that are forgotten.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_forgotten_answer_is_not_used_fresh_or_stale() {
    for (name, age) in [("fresh", 1), ("stale", 61)] {
        for all in [false, true] {
            let database = Database::new();
            let cached = CachedLookup::new(database.clone());
            let cors = layer(&cached);
            assert!(is_allowed(&cors, TENANT, "a").await);
            assert!(is_allowed(&cors, TENANT, "b").await);
            database.remove(TENANT);
            advance(Duration::from_secs(age)).await;
            cached.forget("https://other.example");
            assert!(is_allowed(&cors, TENANT, "a").await, "{name}");
            // The database is gone too: a failure must not bring the yes back.
            database.fail(true);
            if all {
                cached.forget_all();
            } else {
                cached.forget(TENANT);
            }
            for host in ["a", "b"] {
                assert!(!is_allowed(&cors, TENANT, host).await, "{name} {host}");
            }
        }
    }
}

/// The look-up has read "yes" before the customer was removed.
#[tokio::test(start_paused = true)]
async fn what_was_asked_before_it_was_forgotten_is_neither_used_nor_kept() {
    for all in [false, true] {
        let database = Database::that_takes(Duration::from_millis(300));
        let cached = CachedLookup::new(database.clone());
        let cors = layer(&cached);
        let mut waiting = JoinSet::new();
        spawn(&mut waiting, &cors, TENANT.to_owned());
        sleep(Duration::from_millis(100)).await;
        database.remove(TENANT);
        if all {
            cached.forget_all();
        } else {
            cached.forget(TENANT);
        }
        assert_eq!(count_allowed(waiting).await, 0, "not used");
        assert_eq!(database.asked(), 2, "it was asked again");
        sleep(Duration::from_secs(1)).await;
        assert!(!is_allowed(&cors, TENANT, "a").await, "not kept");
    }
}

/// On several threads, requests ask without a pause. What is removed and forgotten is denied from then on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_after_forget_is_allowed_whatever_other_threads_ask() {
    let database = Database::new();
    let cached = CachedLookup::new(database.clone());
    let cors = layer(&cached);
    let mut others = JoinSet::new();
    for _ in 0..4 {
        let cors = cors.clone();
        others.spawn(async move {
            loop {
                is_allowed(&cors, TENANT, "a").await;
                tokio::task::yield_now().await;
            }
        });
    }
    for round in 0..300 {
        let forget = || match round % 3 {
            0 => cached.forget_all(),
            _ => cached.forget(TENANT),
        };
        database.add(TENANT);
        forget();
        assert!(is_allowed(&cors, TENANT, "a").await, "{round}");
        database.remove(TENANT);
        forget();
        assert!(!is_allowed(&cors, TENANT, "a").await, "{round}");
    }
    others.shutdown().await;
}

#[tokio::test]
async fn every_clone_forgets_for_all() {
    let database = Database::new();
    let first = CachedLookup::new(database.clone());
    let second = first.clone();
    let cors = layer(&first);
    assert!(is_allowed(&cors, TENANT, "a").await);
    database.remove(TENANT);
    second.forget(TENANT);
    assert!(!is_allowed(&cors, TENANT, "a").await);
    assert_eq!(first.counts(), second.counts());
}

#[tokio::test]
async fn hits_ask_nothing_after_thousands_of_calls_of_forget() {
    let database = Database::new();
    let cached = CachedLookup::new(database.clone());
    let cors = layer(&cached);
    assert!(is_allowed(&cors, TENANT, "a").await);
    for number in 0..5_000 {
        cached.forget(&stranger(number));
    }
    for _ in 0..1_000 {
        assert!(is_allowed(&cors, TENANT, "a").await);
    }
    assert_eq!(database.asked(), 1);
}

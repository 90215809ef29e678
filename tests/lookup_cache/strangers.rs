//! Many clients that nobody knows, beside customers.

use super::*;

/// How many customers are asked about again, while strangers come.
async fn asked_again(capacity: u64, customers: usize, strangers: usize, each: usize) -> usize {
    let database = Database::new();
    let cors = layer(&builder(&database).capacity(capacity).build());
    for number in 0..customers {
        database.add(&customer(number));
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    for number in 0..strangers {
        for _ in 0..each {
            assert!(!is_allowed(&cors, &stranger(number), "a").await);
        }
    }
    let before = database.asked();
    for number in 0..customers {
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    database.asked() - before
}

#[tokio::test]
async fn strangers_push_no_customer_out() {
    for (name, capacity, customers, strangers, each) in [
        ("strangers who insist", 1_000, 100, 2_000, 5),
        ("strangers who come once", 1_000, 100, 5_000, 1),
        ("a larger cache", 10_000, 500, 12_000, 1),
    ] {
        let again = asked_again(capacity, customers, strangers, each).await;
        assert_eq!(again, 0, "{name}");
    }
}

/// The cache is full of strangers before the first customer comes, and strangers come between customers.
#[tokio::test]
async fn customers_get_into_a_cache_that_strangers_have_filled() {
    let database = Database::new();
    let cors = layer(&builder(&database).capacity(1_000).build());
    for number in 0..3_000 {
        assert!(!is_allowed(&cors, &stranger(number), "a").await);
    }
    for number in 0..100 {
        database.add(&customer(number));
        assert!(is_allowed(&cors, &customer(number), "a").await);
        for further in 0..10 {
            let origin = stranger(3_000 + 10 * number + further);
            assert!(!is_allowed(&cors, &origin, "a").await);
        }
    }
    let before = database.asked();
    for number in 0..100 {
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    assert_eq!(database.asked(), before);
}

/// Strangers can send a customer's origin, with hosts of their choice.
#[tokio::test]
async fn strangers_with_a_customers_origin_push_no_answer_out_that_is_used() {
    let database = Database::new();
    database.add(&customer(1));
    let cached = builder(&database).capacity(1_000).build();
    let cors = layer(&cached);
    for host in ["api.example", "www.example"] {
        assert!(is_allowed(&cors, TENANT, host).await);
    }
    assert!(is_allowed(&cors, &customer(1), "api.example").await);
    let mut asked = 0;
    for number in 0..5_000 {
        let host = format!("{number}.example");
        assert!(is_allowed(&cors, TENANT, &host).await);
        let before = database.asked();
        assert!(is_allowed(&cors, TENANT, "api.example").await);
        assert!(is_allowed(&cors, TENANT, "www.example").await);
        asked += database.asked() - before;
    }
    assert_eq!(asked, 0);
    let before = database.asked();
    assert!(is_allowed(&cors, &customer(1), "api.example").await);
    assert_eq!(database.asked(), before, "another customer");
    let counts = cached.counts();
    assert_eq!(counts.allowed_origins, 2);
    assert!(counts.bytes <= 6_000, "{}", counts.bytes);
}

/// 200 connections with new origins, one after another. 20 customers are known, and their answers are due for renewal.
#[tokio::test(start_paused = true)]
async fn known_customers_are_served_while_strangers_come() {
    let database = Database::that_takes(Duration::from_millis(20));
    let cached = builder(&database)
        .time_to_live(Duration::from_millis(100))
        .build();
    let cors = layer(&cached);
    for number in 0..20 {
        database.add(&customer(number));
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    let mut strangers = JoinSet::new();
    for connection in 0..200 {
        let cors = cors.clone();
        strangers.spawn(async move {
            for number in 0.. {
                assert!(!is_allowed(&cors, &stranger(connection + 200 * number), "a").await);
            }
        });
    }
    let mut requests = JoinSet::new();
    for round in 0..50 {
        for number in 0..20 {
            spawn(&mut requests, &cors, customer(number));
        }
        if round == 25 {
            database.add(TENANT);
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(count_allowed(requests).await, 1000);
    assert!(
        is_allowed(&cors, TENANT, "a").await,
        "a new customer waits in the queue, like the strangers"
    );
    strangers.shutdown().await;
}

/// More strangers than the queue has room for. A new customer gets what each of them gets.
#[tokio::test(start_paused = true)]
async fn a_new_customer_gets_a_fair_share_of_a_full_queue() {
    let database = Database::that_takes(Duration::from_millis(20));
    let cached = builder(&database).most_at_once(4).most_waiting(8).build();
    let cors = layer(&cached);
    let mut strangers = JoinSet::new();
    for connection in 0..50 {
        let cors = cors.clone();
        strangers.spawn(async move {
            for number in 0.. {
                is_allowed(&cors, &stranger(connection + 50 * number), "a").await;
                sleep(Duration::from_millis(10)).await;
            }
        });
    }
    sleep(Duration::from_millis(100)).await;
    let mut tries = 0;
    while !is_allowed(&cors, TENANT, "a").await {
        tries += 1;
        sleep(Duration::from_millis(10)).await;
    }
    // Three of some fifty are looked up in 20 ms. A chance of 1 in 50 misses 1,000 times in 500 million runs.
    assert!(tries <= 1000, "{tries} tries");
    let counts = cached.counts();
    assert!(counts.crowded_out > 0);
    assert!(counts.running <= 4 && counts.waiting <= 8, "{counts:?}");
    strangers.shutdown().await;
}

/// Who still waits stays in the queue before clients that went away.
#[tokio::test(start_paused = true)]
async fn clients_that_went_away_leave_the_queue_first() {
    let database = Database::that_takes(Duration::from_millis(100));
    let cached = builder(&database).most_at_once(1).most_waiting(4).build();
    let cors = layer(&cached);
    let mut customers = JoinSet::new();
    for number in 0..4 {
        database.add(&customer(number));
        spawn(&mut customers, &cors, customer(number));
        tokio::task::yield_now().await;
    }
    for number in 0..1_000 {
        let patience = Duration::from_micros(10);
        let _ = timeout(patience, is_allowed(&cors, &stranger(number), "a")).await;
    }
    assert_eq!(count_allowed(customers).await, 4);
    assert!(cached.counts().crowded_out > 900);
}

#[tokio::test]
async fn a_long_header_is_refused_without_asking() {
    let database = Database::new();
    let cached = CachedLookup::new(database.clone());
    let reported = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&reported);
    let cors = layer(&cached).on_failure(move |_, failure| {
        sink.lock().unwrap().push(failure.to_string());
    });
    assert!(!is_allowed(&cors, TENANT, &"a".repeat(32_000)).await);
    assert!(!is_allowed(&cors, TENANT, &"a".repeat(1025)).await);
    assert_eq!(database.asked(), 0);
    assert_eq!((cached.counts().too_long, cached.counts().bytes), (2, 0));
    assert_eq!(
        reported.lock().unwrap()[0],
        "the look-up failed: the value of host is longer than 1024 bytes"
    );
    assert!(is_allowed(&cors, TENANT, &"a".repeat(1024)).await);
}

#[tokio::test]
async fn it_holds_no_more_answers_than_was_said() {
    let database = Database::new();
    let cached = builder(&database).capacity(10).build();
    let cors = layer(&cached);
    for number in 0..500 {
        database.add(&customer(number));
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    let before = database.asked();
    for number in 0..500 {
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    let again = database.asked() - before;
    assert!(again >= 400, "{} were kept", 500 - again);
    assert!(cached.counts().evicted >= 400);
}

/// A renewal never waits for strangers, even if all their look-ups hang.
#[tokio::test(start_paused = true)]
async fn renewals_have_permits_of_their_own() {
    for most_at_once in [1, 4, 64] {
        let database = Database::with_permits(1);
        let cached = builder(&database).most_at_once(most_at_once).build();
        let cors = layer(&cached);
        assert!(is_allowed(&cors, TENANT, "a").await);
        advance(Duration::from_secs(61)).await;
        let mut strangers = JoinSet::new();
        for number in 0..200 {
            spawn(&mut strangers, &cors, stranger(number));
        }
        sleep(Duration::from_millis(1)).await;
        assert!(is_allowed(&cors, TENANT, "a").await);
        sleep(Duration::from_millis(1)).await;
        let hanging = (most_at_once - most_at_once.div_ceil(4)).max(1);
        assert_eq!(
            cached.counts().running,
            hanging as u64 + 1,
            "{most_at_once}"
        );
        assert_eq!(database.asked(), 1 + hanging + 1, "{most_at_once}");
        strangers.shutdown().await;
    }
}

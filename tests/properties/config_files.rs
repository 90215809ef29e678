//! Files: a config is what it was after it has been written and read, in every format.

use arbitrary::{Result, Unstructured};
use tower_cors::CorsConfig;

use crate::any_config::config;

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let mut config = config(u)?;
    // Whatever the texts are: whether they are lawful is nothing to a format.
    let lists = [
        &mut config.origins,
        &mut config.methods,
        &mut config.headers,
        &mut config.expose_headers,
    ];
    for list in lists {
        if u.ratio(1, 4)? {
            list.push(text(u)?);
        }
    }
    if u.ratio(1, 4)? {
        config.max_age = Some(u.int_in_range(0..=i64::MAX.unsigned_abs())?);
    }
    config.preflight_status = u.arbitrary()?;

    let toml = toml::to_string(&config).expect("it can be written");
    assert_eq!(
        toml::from_str::<CorsConfig>(&toml).as_ref(),
        Ok(&config),
        "{toml}"
    );
    let json = serde_json::to_string(&config).expect("it can be written");
    assert_eq!(
        serde_json::from_str::<CorsConfig>(&json).expect(&json),
        config
    );
    let yaml = serde_norway::to_string(&config).expect("it can be written");
    assert_eq!(
        serde_norway::from_str::<CorsConfig>(&yaml).expect(&yaml),
        config
    );
    Ok(())
}

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(if u.arbitrary()? {
        let near = [
            "*",
            "mirror request",
            "a,b",
            " a ",
            "",
            "true",
            "600",
            "null",
            "~",
            "\"",
            "- a",
        ];
        (*u.choose(&near)?).to_owned()
    } else {
        let text: String = u.arbitrary()?;
        text.chars().filter(|c| !c.is_control()).take(20).collect()
    })
}

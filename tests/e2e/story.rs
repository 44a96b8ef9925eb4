//! The talk's story on the built page: the pill, the spill, the cure; links, imports, the command line.

use crate::page::Page;
use serde_json::Value;
use std::process::Command;

const PILL: &str = "v=1&at=1h:pill:1";
const CURED: &str =
    "v=1&MaximumRetryAttempts=2&BisectBatchOnFunctionError=true&OnFailure=SQS&at=1h:pill:1";

/// As soon as the run is computed.
const WHOLE: &str = "document.querySelector('.world').dataset.digest";

/// The digest of the whole run.
fn digest(page: &Page) -> String {
    let digest = page.eval(WHOLE);
    digest.as_str().unwrap_or_default().to_owned()
}

/// Opens a tab of the drawer.
fn pull(page: &Page, tab: &str) {
    page.click(&format!("#tab-{tab}"));
    page.wait_until("document.querySelector('.drawer')", 5);
}

/// A number of the open ledger, good records and pills apart.
fn row(page: &Page, id: &str) -> (u64, u64) {
    let number = |part: &str| {
        let element = format!("document.querySelector('[data-row={id}] dd {part}')");
        let digits = page.eval(&format!(
            "({element}?.textContent ?? '').replace(/\\D/g, '')"
        ));
        digits
            .as_str()
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0)
    };
    (number(".number"), number(".star"))
}

/// What the command line says of a link.
fn command_line(link: &str) -> Value {
    let run = Command::new(env!("CARGO_BIN_EXE_overflowing-sink"))
        .args(["run", link, "--json"])
        .output();
    let output = run.expect("the command line runs");
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_page_opens_running_and_healthy() {
    let page = Page::open("");
    let clock = page.text("#clock");
    page.wait_until(
        &format!("document.querySelector('#clock').textContent !== '{clock}'"),
        10,
    );
    page.wait_until(WHOLE, 10);
    pull(&page, "ledger");
    assert!(
        row(&page, "processed").0 > 300_000,
        "an hour has been handled"
    );
    assert!(page.text("#tab-ledger").contains("adds up"));
    assert!(page.text("#send-pill").contains("Send a poison pill"));
    assert_eq!(page.console_errors(), Vec::<String>::new());
}

/// Design 4: from the pill to the first spilled order at most 20 s, and what follows is veiled until it happens.
#[test]
fn a_pill_overflows_the_sink_within_twenty_seconds() {
    let page = Page::open("");
    page.click("#send-pill");
    page.wait_until("document.querySelector('#lift-veil')", 5);
    assert!(page.text("#outcome").contains("hidden"));
    pull(&page, "ledger");
    let spilled = "Number(document.querySelector('[data-row=expired_undelivered] dd .number').textContent.replace(/\\D/g, '')) > 0";
    page.wait_until(spilled, 20);
    assert_eq!(
        row(&page, "expired_after_failures").1,
        1,
        "the pill itself has expired"
    );
    // The climax: every error graph reads zero, and now good orders spill.
    page.wait_until(
        "document.querySelector('.caption').textContent.includes('Errors read zero')",
        10,
    );
    assert_eq!(page.console_errors(), Vec::<String>::new());
}

#[test]
fn the_page_and_the_command_line_agree() {
    for link in [
        PILL,
        CURED,
        "v=1&seed=7&horizon=3h&recordsPerSecond=1500&keys=hot&at=20m:handling:naive",
    ] {
        let said = command_line(link);
        let end = said["horizon_us"].as_u64().expect("a horizon") / 1_000_000;
        let page = Page::open(&format!("{link}&t={end}s"));
        page.wait_until(WHOLE, 60);
        pull(&page, "ledger");
        let said_digest = said["digest"].as_str().expect("a digest");
        assert!(
            said_digest.starts_with(&digest(&page)),
            "{link}: {said_digest}"
        );
        for id in ["generated", "stored", "processed", "unread"] {
            let expected = (
                said["ledger"][id]["good"].as_u64(),
                said["ledger"][id]["poison"].as_u64(),
            );
            let shown = row(&page, id);
            assert_eq!((Some(shown.0), Some(shown.1)), expected, "{link}: {id}");
        }
    }
}

#[test]
fn the_cure_leaves_one_order_lost_in_one_message() {
    let page = Page::open(&format!("{CURED}&t=30h"));
    page.wait_until(WHOLE, 20);
    pull(&page, "ledger");
    assert_eq!(row(&page, "to_destination"), (0, 1));
    assert_eq!(
        (row(&page, "discarded"), row(&page, "expired_undelivered")),
        ((0, 0), (0, 0))
    );
    assert_eq!(page.text("[data-row=messages] dd"), "1");
    assert!(
        page.text("#outcome").contains("No good order was lost"),
        "{}",
        page.text("#outcome")
    );
}

#[test]
fn a_shared_link_shows_the_same_run_in_a_fresh_browser() {
    let page = Page::open(PILL);
    page.wait_until(WHOLE, 20);
    page.key("Space");
    page.click("#share");
    let link = page.eval("document.querySelector('#share-link').value");
    let link = link.as_str().expect("a link");
    assert!(link.len() < 200, "{link}");
    let (_, fragment) = link.split_once('#').expect("a fragment");
    let other = Page::open(fragment);
    other.wait_until(WHOLE, 20);
    assert_eq!(digest(&page), digest(&other));
    assert!(fragment.contains("&t="), "{link} names the moment");
}

#[test]
fn broken_links_get_a_plain_message_and_a_working_page() {
    for link in [
        "v=1&MaximumRetryAttempts=banana&ShardCount=99999",
        "v=999&%E0%A4%A&=&&&at=::::",
        "v=1&reply=%3Cscript%3Ealert(1)%3C/script%3E&handler=replies",
        "v=1&horizon=400d&recordsPerSecond=100000&linger=10ms&ShardCount=200&ParallelizationFactor=10",
    ] {
        let page = Page::open(link);
        let notices = "document.querySelector('#notices').textContent.trim().length > 10";
        if !link.contains("reply=") {
            page.wait_until(notices, 10);
        }
        pull(&page, "ledger");
        page.wait_until("document.querySelector('[data-row=generated]')", 20);
        assert_eq!(page.console_errors(), Vec::<String>::new(), "{link}");
        assert_eq!(page.eval("document.scripts.length"), 1, "{link}");
    }
}

#[test]
fn a_pasted_mapping_is_taken_over_and_keeps_its_names_to_itself() {
    let page = Page::open("");
    page.key("i");
    let mapping = r#"{"UUID": "a1b2c3d4-5678-90ab-cdef-11111EXAMPLE", "StartingPosition": "TRIM_HORIZON",
        "BatchSize": 250, "MaximumBatchingWindowInSeconds": 2, "ParallelizationFactor": 3,
        "EventSourceArn": "arn:aws:kinesis:eu-west-1:123456789012:stream/secret-orders",
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:secret-function",
        "State": "Enabled", "MaximumRetryAttempts": -1, "BisectBatchOnFunctionError": false,
        "DestinationConfig": {"OnFailure": {}}, "FunctionResponseTypes": []}"#;
    page.wait_until("document.querySelector('#import-text')", 5);
    page.fill("#import-text", mapping);
    page.wait_until("!document.querySelector('#import-apply').disabled", 5);
    assert!(page.text("#import-preview").contains("BatchSize"));
    page.click("#import-apply");
    page.click("#share");
    let link = page
        .eval("document.querySelector('#share-link').value")
        .to_string();
    assert!(
        link.contains("BatchSize=250") && link.contains("ParallelizationFactor=3"),
        "{link}"
    );
    for secret in ["arn", "123456789012", "secret", "a1b2c3d4"] {
        assert!(!link.contains(secret), "{secret} in {link}");
    }
}

#[test]
fn what_several_commands_print_and_measured_traffic_are_taken_over() {
    let page = Page::open("");
    page.key("i");
    page.wait_until("document.querySelector('#import-text')", 5);
    let printed = "# aws kinesis describe-stream-summary\n\
        {\"StreamDescriptionSummary\": {\"StreamName\": \"secret\", \"OpenShardCount\": 3, \"RetentionPeriodHours\": 48}}\n\
        # aws cloudwatch get-metric-statistics\n\
        {\"Label\": \"IncomingRecords\", \"Datapoints\": [{\"Timestamp\": \"2026-11-21T10:01:00Z\", \"Sum\": 600.0},\
        {\"Timestamp\": \"2026-11-21T10:00:00Z\", \"Sum\": 1800.0}]}\n";
    page.fill("#import-text", printed);
    page.wait_until("!document.querySelector('#import-apply').disabled", 5);
    let preview = page.text("#import-preview");
    for said in [
        "OpenShardCount 3 shards",
        "2 intervals of 1 min, mean 20/s",
        "STILL GUESSED",
        "Timeout 3 s",
    ] {
        assert!(preview.contains(said), "{said} in {preview}");
    }
    page.click("#import-apply");
    page.click("#share");
    let link = page
        .eval("document.querySelector('#share-link').value")
        .to_string();
    assert!(
        link.contains("ShardCount=3") && link.contains("trafficShape=pasted"),
        "{link}"
    );
    assert!(
        page.text("#share-dialog")
            .contains("The pasted traffic does not fit into a link")
    );
    assert!(page.text("#save").contains("Save the scenario file"));
    // A table with a mistake says where, and keeps what was typed.
    page.key("Escape");
    page.key("i");
    page.fill("#import-text", "10:00,5\n10:01,five");
    page.wait_until(
        "document.querySelector('#import-preview').textContent.includes('Line 2')",
        5,
    );
    // Pasted, not typed: 5 MB.
    page.eval(
        "(() => { const text = document.querySelector('#import-text'); text.value = '10:00,5\\n'.repeat(700000); \
         text.dispatchEvent(new Event('input', { bubbles: true })); })()",
    );
    page.wait_until(
        "document.querySelector('#import-preview').textContent.includes('larger than 4 MiB')",
        10,
    );
    assert_eq!(page.console_errors(), Vec::<String>::new());
}

#[test]
fn the_lab_compares_the_five_back_offs() {
    let page = Page::open("");
    page.wait_until(WHOLE, 20);
    pull(&page, "settings");
    // Every group unfolded.
    page.eval("document.querySelectorAll('#settings .group__head button').forEach((button) => button.click())");
    page.wait_until("document.querySelector('#settings [data-knob=backoff]')", 5);
    page.click("#settings [data-knob=backoff] .knob__help");
    page.click("#settings .knob__about button");
    page.wait_until(
        "document.querySelector('#lab').textContent.includes('100 of 100 runs')",
        60,
    );
    // 100 clients, seed 1: the figures the command line prints.
    assert!(page.text("#lab [data-policy=none]").contains("2,424"));
    assert!(page.text("#lab [data-policy=full]").contains("795"));
    page.eval("document.querySelector('#lab-clients').value = '10'");
    page.eval("document.querySelector('#lab-clients').dispatchEvent(new Event('change', { bubbles: true }))");
    page.wait_until(
        "document.querySelector('#lab [data-policy=none] td').textContent.length < 3",
        20,
    );
    page.eval("document.querySelector('#lab').close()");
    page.wait_until("!document.querySelector('#lab')", 5);
    assert_eq!(page.console_errors(), Vec::<String>::new());
}

/// What is done to the stream from the page is a flag, and undo takes it back (S12, S19).
#[test]
fn the_stream_is_changed_from_the_page() {
    let page = Page::open("");
    page.wait_until(WHOLE, 20);
    pull(&page, "settings");
    page.wait_until("document.querySelector('#split-shard')", 10);
    let flags = "document.querySelectorAll('.flag').length";
    for (button, words) in [
        ("#split-shard", "split shard-"),
        ("#switch-mode", "ON_DEMAND"),
    ] {
        page.click(button);
        page.wait_until(&format!("{flags} === 1"), 10);
        assert!(page.text(".flag").contains(words), "{}", page.text(".flag"));
        if button == "#switch-mode" {
            assert_eq!(page.text(button), "switch to provisioned");
        }
        page.click("#undo");
        page.wait_until(&format!("{flags} === 0"), 10);
    }
    assert_eq!(page.console_errors(), Vec::<String>::new());
}

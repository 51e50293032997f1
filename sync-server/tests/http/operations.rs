//! What those see who run the server.

use crate::support::{Company, outcomes};
use domain::people::Audience;
use sync::wire::{self, v1};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn get(company: &Company, path: &str) -> String {
    let answer = reqwest::get(company.address(path)).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn health_and_figures_are_told() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    company.sync(&mut jan, Vec::new()).await;
    assert_eq!(get(&company, "/healthz").await, "ok");
    let figures = get(&company, "/metrics").await;
    for name in
        ["rounds_http_requests_total", "rounds_http_request_seconds_bucket", "rounds_sync_pages_total"]
    {
        assert!(figures.contains(name), "{name} is not in\n{figures}");
    }
    assert!(figures.contains("route=\"/v1/sync\""));
}

#[tokio::test]
async fn the_json_is_described() {
    let company = Company::founded().await;
    let api: serde_json::Value = serde_json::from_str(&get(&company, "/openapi.json").await).unwrap();
    for path in ["/v1/sign-in", "/v1/refresh", "/v1/sign-out", "/v1/sync", "/v1/poke", "/healthz", "/metrics"]
    {
        assert!(api["paths"][path].is_object(), "{path}");
    }
    assert!(api["components"]["schemas"]["Problem"].is_object());
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_it_began() {
    let company = Company::founded().await;
    let mut jan = company.device_of("jan").await;
    let call = jan.plan(1, company.now(), Audience::Commercial);
    let body = wire::encode(v1::VERSION, &jan.request(call.items())).unwrap();
    let (first, rest) = body.split_at(body.len() / 2);
    let mut half_sent = tokio::net::TcpStream::connect(company.running.addr).await.unwrap();
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nhost: rounds\r\nauthorization: Bearer {}\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        jan.token,
        wire::CONTENT_TYPE,
        body.len()
    );
    half_sent.write_all(&[head.as_bytes(), first].concat()).await.unwrap();
    // Another request on another connection is answered: the first one has reached the server before it.
    get(&company, "/healthz").await;

    let stopping = tokio::spawn(company.restarted());
    half_sent.write_all(rest).await.unwrap();
    let mut answer = Vec::new();
    half_sent.read_to_end(&mut answer).await.unwrap();

    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    let company = stopping.await.unwrap();
    assert_eq!(outcomes(&company.sync(&mut jan, call.items()).await), [v1::Outcome::Duplicate]);
}

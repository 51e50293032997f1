//! What those see who run the server.

use crate::support::Company;

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
    for path in ["/v1/sign-in", "/v1/refresh", "/v1/sign-out", "/v1/sync", "/healthz", "/metrics"] {
        assert!(api["paths"][path].is_object(), "{path}");
    }
    assert!(api["components"]["schemas"]["Problem"].is_object());
}

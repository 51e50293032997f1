//! Entry point of the bundle: hands over to `ui::app`.

fn main() {
    ui::app::start();
}

"""What lists share: the filters that are on, and the views that people keep of them."""

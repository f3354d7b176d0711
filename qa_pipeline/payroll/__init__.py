"""What a month pays: finance's files (`paying`), and one that comes back from finance checked (`checking`)."""

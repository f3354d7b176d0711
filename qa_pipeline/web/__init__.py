"""The desk: pages for who reviews, decides, trains, answers calls and administers; nothing from another address."""

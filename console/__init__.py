"""The desk in the office: staff pages, the form behind the QR code, cards, reports."""

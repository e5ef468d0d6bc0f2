"""The form behind the QR code 信息反馈收集: codes, what was sent, and whose telephone it is."""

"""What keeps people safe in what is published; so far, the audit of finished files."""

from handbill.protect.audit import audit_bytes, audit_file
from handbill.protect.findings import AuditFinding

__all__ = ["AuditFinding", "audit_bytes", "audit_file"]

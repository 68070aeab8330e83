"""Mailchimp Transactional (Mandrill): e-mail."""

"""What people do to campaigns: publish, launch, schedule, pause, resume, retire, stop. All of it may be repeated."""

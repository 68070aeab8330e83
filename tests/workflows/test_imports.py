"""What a workflow file drags in is imported anew by the sandbox, for each worker: it must be little, and pure."""

import subprocess
import sys

DRIVERS = ("sqlalchemy", "sqlmodel", "psycopg", "fastapi", "liquid")
VENDORS = ("sendgrid", "twilio", "firebase_admin", "mailchimp_transactional")
LEARNING = ("sklearn", "lightgbm", "pandas", "numpy")
HEAVY = (*DRIVERS, *VENDORS, *LEARNING)


def test_importing_workflows_loads_no_driver_no_sdk_and_no_learning_library():
    program = (
        "import sys, workflows.journey, workflows.campaign, workflows.steps, workflows.policies;"
        f"print(sorted(set({HEAVY!r}) & {{name.partition('.')[0] for name in sys.modules}}))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"

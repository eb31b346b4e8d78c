"""`python -m nbjudge`."""

import sys

from nbjudge.cli import main

sys.exit(main())

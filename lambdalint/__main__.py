"""`python -m lambdalint`: the same as the console script."""

from lambdalint.cli import main

if __name__ == "__main__":
    main()

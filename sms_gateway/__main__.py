"""`python -m sms_gateway`, the same as `sms-gateway`."""

from sms_gateway.cli import main

if __name__ == "__main__":
    main(prog_name="sms-gateway")

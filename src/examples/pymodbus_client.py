"""Writes and reads cells of the adapter by Modbus (pip install pymodbus).

python3 pymodbus_client.py [HOST PORT]
"""
import sys

from pymodbus.client import ModbusTcpClient

host, port = sys.argv[1:] or ("127.0.0.1", "8502")

with ModbusTcpClient(host, port=int(port)) as client:
    # Every page that is open shows these at once.
    client.write_coil(3, True)
    client.write_registers(100, [1, 65535])

    coils = client.read_coils(3, count=1)
    registers = client.read_holding_registers(100, count=2)
    for answer in (coils, registers):
        if answer.isError():
            sys.exit(f"The adapter answers: {answer}")
    print(coils.bits[0], registers.registers)

# Runs a program for which the kernel refuses some system calls, as security modules and container engines do:
# deny-system-calls.py ERRNO NAME,NAME COMMAND...
import ctypes, errno, os, platform, struct, sys

NUMBERS = {
    'x86_64': {'mount': 165, 'umount2': 166, 'unshare': 272, 'setns': 308},
    'aarch64': {'mount': 40, 'umount2': 39, 'unshare': 97, 'setns': 268},
}[platform.machine()]
LOAD_NUMBER, IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, FILTER = 22, 38, 2

code, names, command = getattr(errno, sys.argv[1]), sys.argv[2].split(','), sys.argv[3:]
program = [(LOAD_NUMBER, 0, 0, 0)]
for name in names:
    program += [(IF_EQUAL, 0, 1, NUMBERS[name]), (RETURN, 0, 0, FAIL | code)]
program.append((RETURN, 0, 0, ALLOW))
text = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *line) for line in program))
header = ctypes.create_string_buffer(struct.pack('HxxxxxxP', len(program), ctypes.addressof(text)))
libc = ctypes.CDLL(None, use_errno=True)
for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, FILTER, ctypes.addressof(header), 0, 0)):
    if libc.prctl(*[ctypes.c_ulong(value) for value in arguments]) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
os.execvp(command[0], command)

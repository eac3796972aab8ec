// The parent of a program, for Linux on arm64. See README.md.
.set BASE, 0x400000
.text
elf:
        .byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0
        .quad 0
        .short 2, 183                   // an executable for AArch64
        .long 1
        .quad BASE + (start - elf)
        .quad headers - elf, 0
        .long 0
        .short 64, 56, 2, 0, 0, 0
headers:
        .long 1, 5                      // PT_LOAD, readable and executable
        .quad 0, BASE, BASE, end - elf, end - elf, 0x10000
        .long 0x6474e551, 6             // PT_GNU_STACK, not executable
        .quad 0, 0, 0, 0, 0, 16

start:
        ldr x19, [sp]                   // argc
        add x20, sp, #8                 // argv: this program, the file to run, and the arguments of the file
        add x21, x20, #16
        add x22, x20, x19, lsl #3
        add x22, x22, #8                // environment
        sub sp, sp, #32                 // 0: all signals, 8: previous mask, 16: start failed, 20: pid, 24: wait status
        mov x0, #-1
        str x0, [sp]
        str wzr, [sp, #16]
        cmp x19, #3
        b.lo failed
        mov x0, #0                      // rt_sigprocmask(SIG_BLOCK, all, previous, 8)
        mov x1, sp
        add x2, sp, #8
        mov x3, #8
        mov x8, #135
        svc #0
        mov x0, #3                      // fcntl(3, F_SETFD, FD_CLOEXEC)
        mov x1, #2
        mov x2, #1
        mov x8, #25
        svc #0
        mov x23, x0                     // negative without a descriptor 3
        mov x0, #0x4111                 // clone(CLONE_VFORK | CLONE_VM | SIGCHLD, the same stack)
        mov x1, #0
        mov x2, #0
        mov x3, #0
        mov x4, #0
        mov x8, #220
        svc #0
        cbz x0, child
        tbnz x0, #63, failed
        str w0, [sp, #20]
        ldr w1, [sp, #16]
        cbnz w1, wait
        mov x0, #0                      // close(0 .. 2): only the program holds its streams
        mov x8, #57
        svc #0
        mov x0, #1
        svc #0
        mov x0, #2
        svc #0
        mov x0, #3                      // write(3, pid, 4): it has been executed
        add x1, sp, #20
        mov x2, #4
        mov x8, #64
        svc #0
wait:   ldr w0, [sp, #20]               // wait4(pid, status, 0, 0)
        add x1, sp, #24
        mov x2, #0
        mov x3, #0
        mov x8, #260
        svc #0
        cmn x0, #4                      // EINTR
        b.eq wait
        tbnz x0, #63, failed
        ldr w1, [sp, #16]
        cbnz w1, failed
        mov x0, #3                      // write(3, status, 4)
        add x1, sp, #24
        mov x2, #4
        mov x8, #64
        svc #0
        ldr w1, [sp, #24]               // exit code: that of the program, or 128 + the signal
        lsr w0, w1, #8
        ands w1, w1, #127
        b.eq exit
        add w0, w1, #128
        b exit
failed: mov x0, #126
exit:   mov x8, #94                     // exit_group
        svc #0

child:  tbnz w23, #31, mask
        mov x8, #157                    // setsid()
        svc #0
        mov x8, #172                    // getpid()
        svc #0
        str w0, [sp, #20]
        mov x0, #3                      // write(3, pid, 4)
        add x1, sp, #20
        mov x2, #4
        mov x8, #64
        svc #0
mask:   mov x0, #2                      // rt_sigprocmask(SIG_SETMASK, previous, 0, 8)
        add x1, sp, #8
        mov x2, #0
        mov x3, #8
        mov x8, #135
        svc #0
        ldr x0, [x20, #8]               // execve(file, arguments, environment)
        mov x1, x21
        mov x2, x22
        mov x8, #221
        svc #0
        mov w0, #1
        str w0, [sp, #16]
        b failed
end:

# The parent of a program, for Linux on x64. See README.md.
.set BASE, 0x400000
.text
elf:
        .byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0
        .quad 0
        .short 2, 62                    # an executable for x86-64
        .long 1
        .quad BASE + (start - elf)
        .quad headers - elf, 0
        .long 0
        .short 64, 56, 2, 0, 0, 0
headers:
        .long 1, 5                      # PT_LOAD, readable and executable
        .quad 0, BASE, BASE, end - elf, end - elf, 0x10000
        .long 0x6474e551, 6             # PT_GNU_STACK, not executable
        .quad 0, 0, 0, 0, 0, 16

start:
        mov (%rsp), %rcx                # argc
        lea 8(%rsp), %r12               # argv: this program, the file to run, and the arguments of the file
        lea 16(%r12), %r13
        lea 8(%r12,%rcx,8), %r14        # environment
        sub $32, %rsp                   # 0: all signals, 8: previous mask, 16: start failed, 20: pid, 24: wait status
        movq $-1, (%rsp)
        movl $0, 16(%rsp)
        cmp $3, %rcx
        jb failed
        mov $14, %eax                   # rt_sigprocmask(SIG_BLOCK, all, previous, 8)
        xor %edi, %edi
        mov %rsp, %rsi
        lea 8(%rsp), %rdx
        mov $8, %r10d
        syscall
        mov $72, %eax                   # fcntl(3, F_SETFD, FD_CLOEXEC)
        mov $3, %edi
        mov $2, %esi
        mov $1, %edx
        syscall
        mov %eax, %r15d                 # negative without a descriptor 3
        mov $58, %eax                   # vfork()
        syscall
        test %eax, %eax
        jz child
        js failed
        mov %eax, 20(%rsp)
        cmpl $0, 16(%rsp)
        jne wait
        mov $3, %eax                    # close(0 .. 2): only the program holds its streams
        xor %edi, %edi
        syscall
        mov $3, %eax
        mov $1, %edi
        syscall
        mov $3, %eax
        mov $2, %edi
        syscall
        mov $1, %eax                    # write(3, pid, 4): it has been executed
        mov $3, %edi
        lea 20(%rsp), %rsi
        mov $4, %edx
        syscall
wait:   mov $61, %eax                   # wait4(pid, status, 0, 0)
        mov 20(%rsp), %edi
        lea 24(%rsp), %rsi
        xor %edx, %edx
        xor %r10d, %r10d
        syscall
        cmp $-4, %eax                   # EINTR
        je wait
        test %eax, %eax
        js failed
        cmpl $0, 16(%rsp)
        jne failed
        mov $1, %eax                    # write(3, status, 4)
        mov $3, %edi
        lea 24(%rsp), %rsi
        mov $4, %edx
        syscall
        mov 24(%rsp), %eax              # exit code: that of the program, or 128 + the signal
        mov %eax, %edi
        shr $8, %edi
        and $127, %eax
        jz exit
        lea 128(%rax), %edi
        jmp exit
failed: mov $126, %edi
exit:   mov $231, %eax                  # exit_group
        syscall

child:  test %r15d, %r15d
        js mask
        mov $112, %eax                  # setsid()
        syscall
        mov $39, %eax                   # getpid()
        syscall
        mov %eax, 20(%rsp)
        mov $1, %eax                    # write(3, pid, 4)
        mov $3, %edi
        lea 20(%rsp), %rsi
        mov $4, %edx
        syscall
mask:   mov $14, %eax                   # rt_sigprocmask(SIG_SETMASK, previous, 0, 8)
        mov $2, %edi
        lea 8(%rsp), %rsi
        xor %edx, %edx
        mov $8, %r10d
        syscall
        mov $59, %eax                   # execve(file, arguments, environment)
        mov 8(%r12), %rdi
        mov %r13, %rsi
        mov %r14, %rdx
        syscall
        movl $1, 16(%rsp)
        jmp failed
end:

// SPDX-License-Identifier: MIT
// A list of what is refused, not of what is allowed: libraries change what they use with
// each version, and a server that dies of a harmless call is a worse one. What would let
// somebody in this process run programs, reach other processes or hosts, or talk to more
// of the kernel is on the list, and answered by EPERM.
#include "server/sandbox_calls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

static const unsigned refused[] = {
	// Programs and processes; threads are made by clone with flags that forks lack.
	SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
	SYS_pidfd_getfd, SYS_kcmp, SYS_setns, SYS_unshare, SYS_personality,
	// The network: all sockets that are needed are open.
	SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen,
	// File systems and the machine.
	SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_move_mount, SYS_fsopen,
	SYS_open_tree, SYS_swapon, SYS_swapoff, SYS_reboot, SYS_acct, SYS_quotactl,
	SYS_open_by_handle_at, SYS_mknodat, SYS_sethostname, SYS_setdomainname,
	SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex,
	// More of the kernel.
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_bpf,
	SYS_perf_event_open, SYS_userfaultfd, SYS_io_uring_setup, SYS_io_uring_enter,
	SYS_io_uring_register, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_lookup_dcookie,
	SYS_syslog, SYS_fanotify_init, SYS_name_to_handle_at,
	// Other users.
	SYS_setuid, SYS_setgid, SYS_setreuid, SYS_setregid, SYS_setresuid, SYS_setresgid,
	SYS_setgroups, SYS_setfsuid, SYS_setfsgid, SYS_capset};

#define COUNT ARRAY_LEN(refused)
#define HEAD 6        // instructions before the list
#define FOREIGN 1023U // numbers from here on are of another calling convention

// Numbers mean something only together with the machine they are of; 0: not known here.
static unsigned machine(void)
{
	static const struct {
		const char *name;
		unsigned arch;
	} machines[] = {
		{"x86_64", AUDIT_ARCH_X86_64},
		{"aarch64", AUDIT_ARCH_AARCH64},
		{"riscv64", AUDIT_ARCH_RISCV64},
	};
	struct utsname name;

	for (size_t i = 0; uname(&name) == 0 && i < ARRAY_LEN(machines); i++) {
		if (strcmp(name.machine, machines[i].name) == 0)
			return machines[i].arch;
	}
	return 0;
}

static void fill(struct sock_filter *f, unsigned arch)
{
	size_t at = 0;

	f[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					       offsetof(struct seccomp_data, arch));
	f[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arch, 1, 0);
	f[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	f[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					       offsetof(struct seccomp_data, nr));
	f[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN, 0, 1);
	f[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	// Each jump is over the rest of the list and the word that allows.
	for (size_t i = 0; i < COUNT; i++) {
		unsigned char to_refusal = (unsigned char)(COUNT - i);

		f[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[i],
						       to_refusal, 0);
	}
	f[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	f[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
}

bool sandbox_refuse_calls(void)
{
	struct sock_filter filter[HEAD + COUNT + 2];
	struct sock_fprog program = {.len = HEAD + COUNT + 2, .filter = filter};

	if (!machine())
		return false;
	fill(filter, machine());
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

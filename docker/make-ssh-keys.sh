#!/bin/sh
# Makes the keys with which the hosts of a job reach one another: a host key for sshd, and a key pair that opens root's
# account. All containers of a job are of one image, so the keys are the image's.
set -eu
rm -f /etc/ssh/ssh_host_* /root/.ssh/id_ed25519 /root/.ssh/id_ed25519.pub
mkdir -p -m 700 /root/.ssh
ssh-keygen -q -t ed25519 -N '' -C optml -f /etc/ssh/ssh_host_ed25519_key
ssh-keygen -q -t ed25519 -N '' -C optml -f /root/.ssh/id_ed25519
cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys
chmod 600 /root/.ssh/authorized_keys

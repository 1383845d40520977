/* sync: the calls on descriptors are in calls_io.c. */
#include "cage/calls.h"
#include "ns/devices.h"

int32_t sys_sync(struct cage *cage) {
    return fs_device_sync(&cage->machine->devices, &cage->caller);
}

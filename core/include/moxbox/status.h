/* Results that cross the public interface: statuses (misuse, bad files, no memory), stops (why a
 * run returned) and faults (what the guest did). One row each in base/status.def, stop.def,
 * fault.def. */
#ifndef MOXBOX_STATUS_H
#define MOXBOX_STATUS_H

typedef enum mox_status {
#define STATUS(name, sentence) MOX_##name,
#include "base/status.def"
    MOX_STATUS_COUNT
} mox_status;

typedef enum mox_stop {
#define STOP(name, json, sentence) MOX_STOP_##name,
#include "base/stop.def"
    MOX_STOP_COUNT
} mox_stop;

typedef enum mox_fault_kind {
#define FAULT(name, json, sentence) MOX_FAULT_##name,
#include "base/fault.def"
    MOX_FAULT_COUNT
} mox_fault_kind;

/* The English sentence for a status; static storage, never NULL. */
const char *mox_status_text(mox_status status);

#endif

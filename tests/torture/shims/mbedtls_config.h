/* Mbed TLS as it comes, less what needs an operating system, and with limbs of 32 bits and C only,
 * so that the native build runs the code that the box runs. */
#include "mbedtls/config.h"

#undef MBEDTLS_AESNI_C
#undef MBEDTLS_FS_IO
#undef MBEDTLS_HAVE_ASM
#undef MBEDTLS_HAVE_TIME
#undef MBEDTLS_HAVE_TIME_DATE
#undef MBEDTLS_NET_C
#undef MBEDTLS_PADLOCK_C
#undef MBEDTLS_PSA_CRYPTO_STORAGE_C
#undef MBEDTLS_PSA_ITS_FILE_C
#undef MBEDTLS_TIMING_C
#define MBEDTLS_ENTROPY_HARDWARE_ALT
#define MBEDTLS_HAVE_INT32
#define MBEDTLS_NO_UDBL_DIVISION
#define MBEDTLS_NO_PLATFORM_ENTROPY
#define MBEDTLS_PLATFORM_MEMORY

#include "mbedtls/check_config.h"

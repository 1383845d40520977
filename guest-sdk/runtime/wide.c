/* Wide characters are Unicode here. newlib's towctrans asks these two whether they might be
 * Japanese codes instead, but provides them only with multibyte locales, which this build has not.
 */
#include <locale.h>
#include <wchar.h>

wint_t _jp2uc_l(wint_t c, struct __locale_t *locale);
wint_t _uc2jp_l(wint_t c, struct __locale_t *locale);

wint_t _jp2uc_l(wint_t c, struct __locale_t *locale) {
    (void)locale;
    return c;
}

wint_t _uc2jp_l(wint_t c, struct __locale_t *locale) {
    (void)locale;
    return c;
}

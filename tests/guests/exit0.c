/* Ends with status 0 and no output. */
int main(void) {
    return 0;
}

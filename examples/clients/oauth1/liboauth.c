/* liboauth signs addresses and forms, and sends them through curl: cc liboauth.c -loauth */
#include <stddef.h>
#include <oauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *key, *secret, *place;
static OAuthMethod method;

/* call sends a signed request. Nothing is freed: the program ends soon. */
static char *call(const char *verb, const char *url, const char *token, const char *token_secret)
{
    char **argv = NULL, *form = NULL, field[4096];
    int argc;

    if (!strcmp(place, "body")) {
        char *address = oauth_sign_url2(url, &form, method, verb, key, secret, token, token_secret);
        return oauth_http_post(address, form);
    }
    argc = oauth_split_url_parameters(url, &argv);
    oauth_sign_array2_process(&argc, &argv, NULL, method, verb, key, secret, token, token_secret);
    if (!strcmp(place, "header")) {
        snprintf(field, sizeof field, "Authorization: OAuth %s", oauth_serialize_url_sep(argc, 1, argv, ", ", 2 | 4));
        char *query = oauth_serialize_url_sep(argc, 1, argv, "&", 1);
        return !strcmp(verb, "GET") ? oauth_http_get2(argv[0], query, field) : oauth_http_post2(argv[0], query, field);
    }
    return !strcmp(verb, "GET") ? oauth_http_get(oauth_serialize_url(argc, 0, argv), NULL)
                                : oauth_http_post(oauth_serialize_url(argc, 0, argv), "");
}

/* value finds a parameter in a query or a form, undecoded: tokens and verifiers here have nothing to decode. */
static char *value(const char *text, const char *name)
{
    size_t length = strlen(name);

    for (; text && *text; text = strpbrk(text, "?&\n") ? strpbrk(text, "?&\n") + 1 : NULL)
        if (!strncmp(text, name, length) && text[length] == '=')
            return strndup(text + length + 1, strcspn(text + length + 1, "&\r\n"));
    fprintf(stderr, "no %s\n", name);
    exit(1);
}

/* contents is what a file holds, a private key in PKCS #8. */
static char *contents(const char *path)
{
    char *text = calloc(1, 16384);
    FILE *file = fopen(path, "r");

    if (!file || !fread(text, 1, 16383, file)) {
        perror(path);
        exit(1);
    }
    fclose(file);
    return text;
}

int main(int argc, char **argv)
{
    char url[1024], line[4096], *answer;

    key = argv[2];
    for (int i = 5; i == 5 || i < argc; i++) {
        const char *walk = argc > 5 ? argv[i] : "HMAC-SHA1/header";
        method = *walk == 'P' ? OA_PLAINTEXT : *walk == 'R' ? OA_RSA : OA_HMAC;
        secret = method == OA_RSA ? contents(argv[3]) : argv[3];
        place = strchr(walk, '/') + 1;

        snprintf(url, sizeof url, "%s/v2/oauth/request_token?oauth_callback=%s", argv[1], oauth_url_escape(argv[4]));
        answer = call("POST", url, NULL, NULL);
        char *token = value(answer, "oauth_token"), *token_secret = value(answer, "oauth_token_secret");
        printf("%s/v2/oauth/authorize?oauth_token=%s\n", argv[1], token);
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin))
            return 1;
        snprintf(url, sizeof url, "%s/v2/oauth/access_token?oauth_verifier=%s", argv[1], value(line, "oauth_verifier"));
        answer = call("POST", url, token, token_secret);
        token = value(answer, "oauth_token"), token_secret = value(answer, "oauth_token_secret");

        snprintf(url, sizeof url, "%s/v2/products?name=oil%%20lamp", argv[1]);
        fputs(call(strcmp(place, "body") ? "GET" : "POST", url, token, token_secret), stdout);
        fflush(stdout);
    }
    return 0;
}

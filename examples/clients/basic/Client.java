import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** HttpClient waits for the challenge, and encodes as UTF-8 because that says charset="UTF-8". */
public class Client {
    public static void main(String[] args) throws Exception {
        Authenticator person = new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(args[1], args[2].toCharArray());
            }
        };
        HttpClient client = HttpClient.newBuilder().authenticator(person).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[0])).header("X-Client-Key", args[3]).build();
        HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("status " + answer.statusCode());
        }
        System.out.write(answer.body());
        System.out.flush();
    }
}
